using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Access.Migrations
{
    /// <inheritdoc />
    public partial class Members : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "parent",
                table: "sessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "person",
                table: "principals",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "sessions_by_parent",
                table: "sessions",
                column: "parent",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "principals_by_person",
                table: "principals",
                column: "person",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "sessions_by_parent",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "principals_by_person",
                table: "principals");

            migrationBuilder.DropColumn(
                name: "parent",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "person",
                table: "principals");
        }
    }
}
