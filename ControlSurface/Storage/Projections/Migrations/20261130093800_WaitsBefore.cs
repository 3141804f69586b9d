using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Storage.Projections.Migrations
{
    /// <inheritdoc />
    public partial class WaitsBefore : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The file is then of no journal, and the projector makes it anew: waits are kept twice as long, to compare with.
            migrationBuilder.Sql("update progress set hash = x''");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
        }
    }
}
